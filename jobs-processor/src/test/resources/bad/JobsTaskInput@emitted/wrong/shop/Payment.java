package shop;

record Payment(String orderId, long cents) {}
