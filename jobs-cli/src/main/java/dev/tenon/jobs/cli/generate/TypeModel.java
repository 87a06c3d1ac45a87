package dev.tenon.jobs.cli.generate;

import java.util.Optional;

/** A job type with its schemas. */
record TypeModel(
    String name, int version, String label, SchemaModel payload, Optional<SchemaModel> result) {}
