"""OpenRosa as ODK Central, Ona and KoboToolbox speak it: forms, media and entity lists down, submissions up."""
