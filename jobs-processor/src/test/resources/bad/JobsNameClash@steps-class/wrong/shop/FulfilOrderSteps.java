package shop;

final class FulfilOrderSteps {}
