package dev.tenon.jobs.processor.export;

import dev.tenon.jobs.processor.model.ModuleDeclaration;

/** The paths of the exports in the class output, and so in a jar. */
final class ExportPaths {

  private static final String ROOT = "META-INF/tenon/";
  private static final String NATIVE_IMAGE =
      "META-INF/native-image/tenon/%s/reachability-metadata.json";

  private ExportPaths() {}

  static String schemas(ModuleDeclaration module) {
    return ROOT + module.simpleName() + ".schemas.json";
  }

  static String asyncApi(ModuleDeclaration module) {
    return ROOT + module.simpleName() + ".asyncapi.json";
  }

  static String description(ModuleDeclaration module) {
    return ROOT + module.simpleName() + ".module.json";
  }

  static String reachability(ModuleDeclaration module) {
    return NATIVE_IMAGE.formatted(module.simpleName());
  }

  /** A path relative to the AsyncAPI document. */
  static String below(String path) {
    return path.substring(ROOT.length());
  }
}
