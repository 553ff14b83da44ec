"""Publishing: a rendition to an account on YouTube, Instagram or TikTok, at most once.

`castad_cli.publish.publisher` holds the words, one file each the platforms. Nothing here knows the other stages.
"""

from castad_cli.publish.finding import find_publisher, platforms
from castad_cli.publish.posting import compose, facts_of, key_of, outgoing, publish
from castad_cli.publish.publisher import Credentials, Draft, Pace, Posted, PostFiles, PublishContext, Publisher

__all__ = [
    "Credentials",
    "Draft",
    "Pace",
    "PostFiles",
    "Posted",
    "PublishContext",
    "Publisher",
    "compose",
    "facts_of",
    "find_publisher",
    "key_of",
    "outgoing",
    "platforms",
    "publish",
]
