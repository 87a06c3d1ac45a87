package dev.tenon.examples.plm.application;

/**
 * Who asks for something, and for which item.
 *
 * @param item the number of the item, by which its jobs are found again
 * @param by who asks
 */
public record Request(String item, String by) {}
