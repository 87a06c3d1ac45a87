package dev.tenon.examples.plm.handlers;

import java.nio.file.Path;

/**
 * Where files are kept, which all workers can read and write.
 *
 * @param folder the folder
 */
public record FileSettings(Path folder) {}
