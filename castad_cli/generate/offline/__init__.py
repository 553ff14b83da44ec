"""The offline copywriter: turns a brief into a script with nothing but its own phrase material."""
