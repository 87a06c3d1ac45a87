package shop;

/** A class of the name that is generated for the signal. */
final class ShopTakenSignal {}
