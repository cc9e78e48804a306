"""Charts as static SVG: no script, no inline style, so that the content security policy lets them through.

Words: a *category* is a place along the axis, a *series* one set of values over all categories. Colours come from
static/css/charts.css by class; series differ by pattern or marker as well, so that nobody needs to tell colours apart.
"""
