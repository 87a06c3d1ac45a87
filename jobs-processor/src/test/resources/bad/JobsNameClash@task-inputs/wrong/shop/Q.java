package shop;

record Q(String text) {}
