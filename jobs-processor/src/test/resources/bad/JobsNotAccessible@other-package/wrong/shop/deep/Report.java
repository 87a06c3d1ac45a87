package shop.deep;

record Report() {}
