package shop;

final class ImportJob {}
