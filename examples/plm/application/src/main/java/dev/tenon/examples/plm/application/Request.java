package dev.tenon.examples.plm.application;

/**
 * The user who requests something, and the item that it is for.
 *
 * @param item the number of the item, which its jobs can be found by
 * @param by the user
 */
public record Request(String item, String by) {}
