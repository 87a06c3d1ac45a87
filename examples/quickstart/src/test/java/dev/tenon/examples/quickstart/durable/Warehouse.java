package dev.tenon.examples.quickstart.durable;

import java.io.IOException;

/** The warehouse, which packs a line once, however often it is asked to. */
interface Warehouse {

  /** Has a line packed. */
  void pack(FulfilOrder.Line line) throws IOException;
}
