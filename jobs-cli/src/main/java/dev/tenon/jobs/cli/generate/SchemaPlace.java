package dev.tenon.jobs.cli.generate;

/**
 * A place in a schema, for messages.
 *
 * @param type the name of the job type
 * @param path the steps that lead to the place, such as {@code payload/properties/text}
 */
record SchemaPlace(String type, String path) {

  SchemaPlace at(String step) {
    return new SchemaPlace(type, path + "/" + step);
  }

  /** The exception for a part of a schema that no code can be written for. */
  GenerateException unsupported(String found) {
    return new GenerateException(
        ("Cannot write code for the job type '%s': at %s, its schema has %s, which this version of"
                + " the command does not know. Use the command of the version of Tenon that has"
                + " compiled the build. Or select the other types with --type, and submit jobs of"
                + " this type by its name: jobs.submit(\"%s\", …).")
            .formatted(type, path, found, type));
  }
}
