package dev.tenon.jobs.dashboard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The errors of a form: those of its fields, by name, and those of the form as a whole. */
final class FormErrors {

  private final Map<String, String> byField = new LinkedHashMap<>();
  private final List<String> general = new ArrayList<>();

  void add(String field, String message) {
    byField.merge(field, message, (one, other) -> one + "; " + other);
  }

  void addGeneral(String message) {
    general.add(message);
  }

  /** The error of a field; empty if there is none. */
  String of(String field) {
    return byField.getOrDefault(field, "");
  }

  List<String> general() {
    return general;
  }

  boolean isEmpty() {
    return byField.isEmpty() && general.isEmpty();
  }
}
