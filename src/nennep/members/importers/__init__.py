"""Understands the rosters that communes keep: a workbook in, people and problems out. No database."""
