"""XPath 1.0 as ODK XForms uses it: parsed once, compiled to closures, dependencies known beforehand."""
