"""A photo from outside becomes a portrait: opened, examined by documented rules, brought to the shape of a reel."""
