package shop;

record OrderPaid(int cents) {}
