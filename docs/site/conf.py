"""How Sphinx makes HTML of the site's pages: `python docs/pages site`."""

from importlib.metadata import version as version_of

project = "rnnspec"
author = "The rnnspec developers"
copyright = "The rnnspec developers"
version = release = version_of("rnnspec")
extensions = ["myst_parser"]
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
suppress_warnings = ["misc.highlighting_failure"]  # what a block shows may be cut by …
smartquotes = False
highlight_language = "text"
html_theme = "furo"
html_title = f"rnnspec {version}"
html_static_path = ["static"]
html_favicon = "static/icon.svg"  # a browser asks the host's root for one where there is none
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_search_summary = False  # it would read pages, which a page from a disk may not
pygments_style, pygments_dark_style = "a11y-high-contrast-light", "a11y-high-contrast-dark"
