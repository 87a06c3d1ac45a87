package dev.tenon.jobs.dashboard;

import java.util.List;

/** An option of a form's list. */
record Option(String value, String label, boolean isSelected) {

  static List<Option> of(List<String> values, String selected) {
    return values.stream().map(v -> new Option(v, v, v.equals(selected))).toList();
  }
}
