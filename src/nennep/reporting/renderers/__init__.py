"""The one door to the Word library: plain values in, .docx bytes out."""
