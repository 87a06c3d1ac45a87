package dev.tenon.jobs.cli.generate;

import java.util.List;

/** The shape of a JSON value, as far as types in other languages express it. */
sealed interface Shape {

  /** Any value. */
  record Anything() implements Shape {}

  /** Null. */
  record Nothing() implements Shape {}

  /** A boolean. */
  record Flag() implements Shape {}

  /** A number. */
  record Numeral(boolean isWhole) implements Shape {}

  /** A string. */
  record Text() implements Shape {}

  /** One of some strings or booleans. */
  record Constants(List<Object> values) implements Shape {}

  /** An array. */
  record Entries(Shape entry) implements Shape {}

  /** An object with any names and values of one shape. */
  record Mappings(Shape value) implements Shape {}

  /** An object with these components. */
  record Components(List<Component> list) implements Shape {}

  /** A value that is described elsewhere. */
  record Reference(Definition.Place to) implements Shape {}

  /** A value of one of some shapes. */
  record Either(List<Shape> shapes) implements Shape {}

  /** An object whose property {@code type} says which one it is. */
  record Union(List<Alternative> alternatives) implements Shape {

    static final String TAG = "type";
  }

  /** A property of an object. */
  record Component(String name, Shape shape, boolean isRequired, List<String> notes) {}

  /** An object of a union. */
  record Alternative(String constant, Definition.Place to) {}
}
