"""Small files for sample records: drawn scenes and one-page papers, the same bytes on every machine."""
