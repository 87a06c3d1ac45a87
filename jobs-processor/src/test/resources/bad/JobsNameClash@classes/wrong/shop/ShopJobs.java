package shop;

final class ShopJobs {}
