package shop;

public record Receipt(String text) {}
