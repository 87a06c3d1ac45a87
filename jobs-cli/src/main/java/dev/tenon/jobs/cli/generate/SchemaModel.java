package dev.tenon.jobs.cli.generate;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schema of a payload or a result.
 *
 * @param definitions the value itself, and then the records inside of it
 * @param rules the schema without titles and comments, for a validator
 */
record SchemaModel(List<Definition> definitions, Map<String, @Nullable Object> rules) {}
