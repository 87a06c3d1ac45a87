-- The CAD file of an item, as its path in the file store
ALTER TABLE items ADD COLUMN model text;
