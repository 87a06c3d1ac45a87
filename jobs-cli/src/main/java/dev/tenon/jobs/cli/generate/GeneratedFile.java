package dev.tenon.jobs.cli.generate;

/**
 * A file with generated code.
 *
 * @param name its name, without a folder
 * @param content its content, which is the same to the byte for the same build
 */
public record GeneratedFile(String name, String content) {}
