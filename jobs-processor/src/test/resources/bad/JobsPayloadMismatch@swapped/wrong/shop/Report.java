package shop;

record Report(int lines) {}
