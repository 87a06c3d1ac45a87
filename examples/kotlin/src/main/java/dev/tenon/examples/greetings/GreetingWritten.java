package dev.tenon.examples.greetings;

/**
 * A greeting that a job has written.
 *
 * @param text the greeting
 * @param words how many words it has
 */
public record GreetingWritten(String text, int words) {}
