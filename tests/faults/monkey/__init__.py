"""The monkey: random taps, scans, plugs, clocks and power cuts at a real terminal; `run` says what holds."""
