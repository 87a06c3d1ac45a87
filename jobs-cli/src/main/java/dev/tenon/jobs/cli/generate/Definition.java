package dev.tenon.jobs.cli.generate;

import java.util.List;

/**
 * A shape with a name: a payload, a result, or a record inside of one.
 *
 * @param notes sentences and paragraphs for people
 */
record Definition(Place place, Shape shape, List<String> notes) {

  /**
   * The place of a definition in its schema.
   *
   * @param name the name below {@code $defs}; empty for the schema itself
   */
  record Place(String name) {

    static final Place ROOT = new Place("");

    boolean isRoot() {
      return name.isEmpty();
    }
  }
}
