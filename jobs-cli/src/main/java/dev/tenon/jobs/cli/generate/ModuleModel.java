package dev.tenon.jobs.cli.generate;

import java.util.List;

/**
 * A module with its job types, sorted by their names.
 *
 * @param simpleName the name of the module without its package
 * @param name the whole name
 */
record ModuleModel(String simpleName, String name, List<TypeModel> types) {}
