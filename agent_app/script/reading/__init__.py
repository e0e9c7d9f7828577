"""An ODK XForm or an XLSForm workbook to a form as data, with every fault in the author's own place."""
