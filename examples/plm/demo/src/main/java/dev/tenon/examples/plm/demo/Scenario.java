package dev.tenon.examples.plm.demo;

import dev.tenon.examples.plm.CadConversion;
import dev.tenon.examples.plm.ItemState;
import dev.tenon.examples.plm.MeshFormat;
import dev.tenon.examples.plm.ParametricPart;
import dev.tenon.examples.plm.Tessellation;
import dev.tenon.examples.plm.WidgetBatch;
import dev.tenon.examples.plm.application.Plm;
import dev.tenon.examples.plm.application.Request;
import java.math.BigDecimal;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;

/** The work of a user with the sample data: a job of each type, and a workflow. */
public final class Scenario {

  /** The item that the jobs belong to. */
  public static final String ITEM = "HOUSING-00001";

  /** The item that is put into review. */
  public static final String REVIEWED_ITEM = "HOUSING-00002";

  /** The item whose release somebody approves. */
  public static final String RELEASED_ITEM = "HOUSING-00003";

  /** A list of parts in the file store. */
  public static final String PARTS = "incoming/parts.csv";

  /** A list in the file store that takes a while to import. */
  public static final String ALL_PARTS = "incoming/all-parts.csv";

  /** The number of parts in {@link #ALL_PARTS}. */
  public static final int ALL_PARTS_COUNT = 40_000;

  /** A flanged plate with six holes. */
  public static final ParametricPart PLATE =
      new ParametricPart(
          "PLATE-7",
          new ParametricPart.Plate(120, 80, 10),
          new ParametricPart.Flange(40, 25, 24),
          new ParametricPart.Holes(6, 8, 62));

  /** The volume of {@link #PLATE} in cubic millimetres, from its dimensions. */
  public static final double PLATE_VOLUME =
      120 * 80 * 10 + Math.PI / 4 * ((40 * 40 - 24 * 24) * 25 - 24 * 24 * 10 - 6 * 8 * 8 * 10);

  /** The volume of the bracket in the sample files: two slabs, with a hole in each. */
  public static final double BRACKET_VOLUME =
      60 * 40 * 8 + 8 * 40 * 42 - Math.PI * (9 * 9 * 8 + 6 * 6 * 8);

  private static final Request REQUEST = new Request(ITEM, "ada");

  private Scenario() {}

  /**
   * Submits one job of each type, and returns their ids.
   *
   * @param pages where the links in the approver's mail lead to
   */
  public static List<UUID> submitOneOfEach(Plm plm, UUID designId, URI pages)
      throws SQLException {
    List<UUID> jobs = new ArrayList<>();
    jobs.add(
        plm.changeState(
            REQUEST,
            designId,
            ItemState.IN_REVIEW,
            List.of("ben@plm.example", "cleo@plm.example")));
    jobs.add(plm.cloneDesign(REQUEST, designId, "Gearbox, next generation", Plm.CHUNK));
    jobs.add(
        plm.release(
            new Request(RELEASED_ITEM, REQUEST.by()),
            designId,
            "cleo@plm.example",
            "ada@plm.example",
            pages));
    jobs.add(plm.importParts(REQUEST, PARTS, 500));
    jobs.add(plm.cleanUpCache(REQUEST.by()));
    jobs.add(plm.changePart(REQUEST, "SEAL-1", "B"));
    jobs.add(plm.convert(REQUEST, conversion("incoming/bracket.step")));
    jobs.add(plm.generate(REQUEST, PLATE));
    jobs.add(plm.describe(REQUEST, "A box of 20 x 30 x 10, with nothing in it"));
    jobs.add(plm.makeWidgets(REQUEST, widgets()));
    return jobs;
  }

  /** Puts the item into review, and returns the id of the workflow. */
  public static UUID submitReview(Plm plm, UUID designId) throws SQLException {
    return plm.review(
        new Request(REVIEWED_ITEM, REQUEST.by()),
        designId,
        "Gearbox, for review",
        List.of("ben@plm.example", "cleo@plm.example"));
  }

  /** Imports the long list, in small chunks. */
  public static UUID submitLongImport(Plm plm) throws SQLException {
    return plm.importParts(REQUEST, ALL_PARTS, 50);
  }

  /** The conversion of a file to all formats. */
  public static CadConversion conversion(String source) {
    return new CadConversion(source, EnumSet.allOf(MeshFormat.class), new Tessellation(10, 32));
  }

  /** Widgets, with options. */
  public static WidgetBatch widgets() {
    return new WidgetBatch(
        "Gear wheels",
        List.of(
            new WidgetBatch.Item("GW-12", 40, new BigDecimal("2.50")),
            new WidgetBatch.Item("GW-40", 15, new BigDecimal("7.90"))),
        new WidgetBatch.Options(8, new WidgetBatch.Packaging(12, "Handle with care")));
  }
}
