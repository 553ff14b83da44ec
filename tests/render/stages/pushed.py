"""What the layout moves because something beside it changes: name -> style sheet, mark-up inside the first scene."""

from __future__ import annotations

from features import Feature

_ROW = (
    ".r{position:absolute;left:20px;top:80px;width:280px;display:flex;gap:8px}.k{flex:none;height:40px;background:#f60}"
)
_SLOW = "{animation:a 900ms linear both}"

PUSHED: dict[str, Feature] = {
    "a row whose first part grows wider": Feature(
        _ROW + "@keyframes a{from{width:13px}to{width:140px}}.k" + _SLOW,
        '<div class="r"><div class="k"></div><span>Text</span></div>',
        "frames",
    ),
    "loose text behind a part that grows": Feature(
        _ROW + "@keyframes a{from{width:13px}to{width:140px}}.k" + _SLOW,
        '<div class="r"><div class="k"></div>Loose</div>',
        "frames",
    ),
    "a paragraph below a box that grows higher": Feature(
        ".r{position:absolute;left:20px;top:20px;width:240px}.k{background:#f60}"
        "@keyframes a{from{height:7px}to{height:120px}}.k" + _SLOW,
        '<div class="r"><div class="k"></div><p>Below it</p></div>',
    ),
    "letter spacing that pushes words beside it": Feature(
        "p{position:absolute;left:20px;top:60px;width:270px}"
        "@keyframes a{from{letter-spacing:-1px}to{letter-spacing:11px}}.k" + _SLOW,
        '<p>Before <b class="k">wider</b> and the words after it</p>',
    ),
    "a display that comes and pushes": Feature(
        _ROW + ".k{width:90px}@keyframes a{from{display:none}to{display:block}}.k{animation:a 400ms step-end both}",
        '<div class="r"><div class="k"></div><span>Text</span></div>',
        "frames",
    ),
    "a font that grows in a painted panel": Feature(
        ".r{position:absolute;left:20px;top:30px;padding:10px;background:#024;border-radius:12px}"
        "@keyframes a{from{font-size:12px}to{font-size:44px}}.k" + _SLOW,
        '<div class="r"><div class="k">Grows</div><div>Below</div></div>',
        "frames",
    ),
    "a margin that pushes what turns and fades itself": Feature(
        _ROW
        + ".k{width:20px}@keyframes a{from{margin-right:0}to{margin-right:90px}}.k"
        + _SLOW
        + "@keyframes b{from{opacity:.2;transform:rotate(-20deg)}to{opacity:1;transform:none}}"
        ".t{animation:b 700ms linear both}",
        '<div class="r"><div class="k"></div><span class="t">Text</span></div>',
    ),
    "a turned column that grows about its middle": Feature(
        "@keyframes a{from{height:10px}to{height:90px}}.k{background:#f60}.k"
        + _SLOW
        + "@keyframes b{from{transform:rotate(-10deg)}to{transform:rotate(10deg)}}"
        ".r{position:absolute;left:80px;top:40px;width:140px;animation:b 900ms linear both}",
        '<div class="r"><div class="k"></div><span>Column</span></div>',
    ),
    "a column that cuts off what it is too small for": Feature(
        "@keyframes a{from{height:10px}to{height:90px}}.k{background:#f60}.k"
        + _SLOW
        + "@keyframes b{from{transform:translateX(-20px)}to{transform:translateX(40px)}}"
        ".t{animation:b 900ms linear both}"
        ".o{position:absolute;left:40px;top:30px}.r{width:100px;overflow:hidden}.t{width:160px;background:#06c}",
        '<div class="o"><div class="k"></div><div class="r"><div class="t">Cut</div></div><p>End</p></div>',
    ),
    "a grid whose gap opens": Feature(
        "@keyframes a{from{gap:2px}to{gap:50px}}.r{position:absolute;left:20px;top:20px}.g{display:grid}.g" + _SLOW,
        '<div class="r"><div class="g"><i>One</i><i>Two</i><i>Three</i></div><p>After it</p></div>',
        "frames",
    ),
    "a custom property that a size follows": Feature(
        _ROW
        + "@property --w{syntax:'<length>';inherits:true;initial-value:10px}@keyframes a{from{--w:10px}to{--w:130px}}"
        ".k{width:var(--w)}.k" + _SLOW,
        '<div class="r"><div class="k"></div><span>Text</span></div>',
        "frames",
    ),
    "a number that a script counts up": Feature(
        "p{position:absolute;left:20px;top:80px}",
        '<p><b id="e">0</b> guests</p><script>window.castadSeek=(scene,ms)=>{if(scene!=="0")return;'
        'document.getElementById("e").textContent="1".repeat(1+Math.round(ms/150))}</script>',
    ),
    "an element that a script shows and takes away by its class": Feature(
        _ROW + ".k{width:90px;display:none}.k.on{display:block}",
        '<div class="r"><div class="k" id="e"></div><span>Text</span></div><script>window.castadSeek=(scene,ms)=>{'
        'if(scene==="0")document.getElementById("e").classList.toggle("on",ms>200&&ms<500)}</script>',
        "frames",
    ),
    "words set smaller as what they stand in narrows": Feature(
        _ROW + "@keyframes a{from{width:20px}to{width:170px}}.k" + _SLOW + ".c{container-type:inline-size;flex:1}"
        ".c b{font-size:24cqw}",
        '<div class="r"><div class="k"></div><div class="c"><b>Size</b></div></div>',
        "frames",
    ),
}
