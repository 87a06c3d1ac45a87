CREATE TABLE application (id uuid PRIMARY KEY);
