"""The site: `python docs/pages site`. Its pages are written from the code, from docs/ and README.md, and from docs/site/, by hand."""
