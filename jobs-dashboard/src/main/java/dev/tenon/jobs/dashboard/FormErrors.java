package dev.tenon.jobs.dashboard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is wrong with a form: by the names of its fields, and what concerns no single field. */
final class FormErrors {

  private final Map<String, String> byField = new LinkedHashMap<>();
  private final List<String> general = new ArrayList<>();

  void add(String field, String message) {
    byField.merge(field, message, (one, other) -> one + "; " + other);
  }

  void addGeneral(String message) {
    general.add(message);
  }

  /** What is wrong with a field; empty if nothing is. */
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
