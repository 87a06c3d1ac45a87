package shop;

record Receipt(String number) {}
