package shop;

record Receipt(long number) {}
