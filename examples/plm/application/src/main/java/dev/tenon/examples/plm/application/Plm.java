package dev.tenon.examples.plm.application;

import dev.tenon.examples.plm.CadConversion;
import dev.tenon.examples.plm.CadConversionJob;
import dev.tenon.examples.plm.DesignApproved;
import dev.tenon.examples.plm.DesignClone;
import dev.tenon.examples.plm.DesignCloned;
import dev.tenon.examples.plm.DesignRejected;
import dev.tenon.examples.plm.DesignRelease;
import dev.tenon.examples.plm.ItemState;
import dev.tenon.examples.plm.ParametricPart;
import dev.tenon.examples.plm.PartChanged;
import dev.tenon.examples.plm.PartImport;
import dev.tenon.examples.plm.PlmJobs;
import dev.tenon.examples.plm.WidgetBatch;
import dev.tenon.examples.plm.WorkflowTransition;
import dev.tenon.examples.plm.ZooGenerate;
import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The operations of the application. Each method changes its own tables and submits a job, or a
 * workflow, in one transaction: there are both afterwards, or neither. They return the ids of what
 * they have submitted. Thread-safe.
 */
public final class Plm {

  /** The number of items that a clone copies in one transaction. */
  public static final int CHUNK = 200;

  private final Transactions transactions;
  private final JobService jobs;
  private final PlmJobs plmJobs;

  /**
   * The application on a database.
   *
   * @param database the database with the tables of the application and of Tenon
   * @param jobs Tenon on the same database
   */
  public Plm(DataSource database, JobService jobs) {
    this.jobs = jobs;
    this.plmJobs = new PlmJobs(jobs);
    this.transactions = new Transactions(database, jobs, plmJobs);
  }

  /** Gives an item of a design another state, and has people told of it by mail. */
  public UUID changeState(Request request, UUID designId, ItemState to, List<String> recipients)
      throws SQLException {
    return transactions.call(
        (connection, submitter) -> {
          ItemState from = setState(connection, request, designId, to);
          return submitter
              .workflowTransition()
              .submit(
                  new WorkflowTransition(request.item(), from, to, request.by(), recipients),
                  of(request))
              .jobId();
        });
  }

  /**
   * Puts an item into review, and has somebody decide by mail whether it may be made.
   *
   * @param approver who gets a mail with two links
   * @param requester who gets a mail with the decision
   * @param pages where {@link DecisionPages} are
   */
  public UUID release(
      Request request, UUID designId, String approver, String requester, URI pages)
      throws SQLException {
    return transactions.call(
        (connection, submitter) -> {
          setState(connection, request, designId, ItemState.IN_REVIEW);
          return submitter
              .designRelease()
              .submit(
                  new DesignRelease(designId, request.item(), approver, requester, pages),
                  of(request))
              .jobId();
        });
  }

  /** Approves the release that a token belongs to. */
  public void approve(String token, String by) {
    plmJobs.designApproved().sendByToken(token, new DesignApproved(by), SignalOptions.by(by));
  }

  /** Sends back the release that a token belongs to. */
  public void reject(String token, String by) {
    plmJobs.designRejected().sendByToken(token, new DesignRejected(by), SignalOptions.by(by));
  }

  /** Makes a design that gets all items of another one. */
  public UUID cloneDesign(Request request, UUID designId, String name, int chunkSize)
      throws SQLException {
    UUID cloneId = UUID.randomUUID();
    return transactions.call(
        (connection, submitter) -> {
          addClone(connection, request, designId, cloneId, name);
          return submitter
              .designClone()
              .submit(new DesignClone(designId, cloneId, chunkSize), of(request))
              .jobId();
        });
  }

  /**
   * Puts an item into review: clones its design, has the models of the clone converted side by
   * side, and tells the reviewers by mail when all of that has ended, however it has.
   *
   * @return the id of the workflow
   */
  public UUID review(Request request, UUID designId, String name, List<String> reviewers)
      throws SQLException {
    UUID cloneId = UUID.randomUUID();
    return transactions
        .submit(
            connection -> {
              ItemState from = setState(connection, request, designId, ItemState.IN_REVIEW);
              addClone(connection, request, designId, cloneId, name);
              Workflow review = Workflow.named("design.review").submittedBy(request.by());
              Task<DesignCloned> clone =
                  review
                      .add(plmJobs.designClone(), new DesignClone(designId, cloneId, CHUNK))
                      .with(of(request));
              review
                  .addEach(plmJobs.cadConversion(), CadConversionJob.OF_CLONE, clone)
                  .with(of(request));
              review
                  .onAllSettled(
                      plmJobs.workflowTransition(),
                      new WorkflowTransition(
                          request.item(), from, ItemState.IN_REVIEW, request.by(), reviewers))
                  .with(of(request));
              return review;
            })
        .id();
  }

  /** Gives a part another revision, and has the owners of work instructions alerted. */
  public UUID changePart(Request request, String partNumber, String revision) throws SQLException {
    return transactions.call(
        (connection, submitter) -> {
          UUID partId = part(connection, partNumber, revision, request.by());
          return submitter
              .partChanged()
              .submit(new PartChanged(partId, revision), of(request))
              .jobId();
        });
  }

  /** Has a CAD file converted. */
  public UUID convert(Request request, CadConversion conversion) throws SQLException {
    return order(
        request,
        "conversion of " + conversion.source(),
        submitter -> submitter.cadConversion().submit(conversion, of(request)).jobId());
  }

  /** Has a list of parts imported from the file store. */
  public UUID importParts(Request request, String file, int chunkSize) throws SQLException {
    return order(
        request,
        "parts of " + file,
        submitter ->
            submitter.partImport().submit(new PartImport(file, chunkSize), of(request)).jobId());
  }

  /** Has a part made from numbers. */
  public UUID generate(Request request, ParametricPart part) throws SQLException {
    return order(
        request,
        "part " + part.partNumber(),
        submitter -> submitter.parametricPart().submit(part, of(request)).jobId());
  }

  /** Has a part made from a description. */
  public UUID describe(Request request, String prompt) throws SQLException {
    return order(
        request,
        "part that is described",
        submitter -> submitter.zooGenerate().submit(new ZooGenerate(prompt), of(request)).jobId());
  }

  /** Has widgets made. */
  public UUID makeWidgets(Request request, WidgetBatch batch) throws SQLException {
    return order(
        request,
        "widgets " + batch.name(),
        submitter -> submitter.widgetBatch().submit(batch, of(request)).jobId());
  }

  /** Cleans up the cache now, in addition to its schedule. */
  public UUID cleanUpCache(String by) {
    return jobs.schedules().runNow("maintenance.cache.cleanup", Actor.of(by));
  }

  /** Cancels a job for a user. */
  public JobService.CancelResult cancel(UUID jobId, String by) {
    return jobs.cancel(jobId, Actor.of(by));
  }

  /** Submits in the transaction that is open. */
  @FunctionalInterface
  private interface Submit {
    UUID with(PlmJobs submitter);
  }

  private UUID order(Request request, String what, Submit submit) throws SQLException {
    return transactions.call(
        (connection, submitter) -> {
          UUID jobId = submit.with(submitter);
          update(
              connection,
              "INSERT INTO plm.orders (job_id, item, what, ordered_by) VALUES (?, ?, ?, ?)",
              jobId,
              request.item(),
              what,
              request.by());
          return jobId;
        });
  }

  private static SubmitOptions of(Request request) {
    return SubmitOptions.by(request.by()).withItemId(request.item());
  }

  /** Changes the state of an item, and gives the one before. */
  private static ItemState setState(
      Connection connection, Request request, UUID designId, ItemState to) throws SQLException {
    ItemState from = state(connection, designId, request.item());
    update(
        connection,
        "UPDATE plm.items SET state = ? WHERE design_id = ? AND number = ?",
        to.name(),
        designId,
        request.item());
    return from;
  }

  private static void addClone(
      Connection connection, Request request, UUID designId, UUID cloneId, String name)
      throws SQLException {
    update(
        connection,
        "INSERT INTO plm.designs (id, name, owner, cloned_from, complete) VALUES (?, ?, ?, ?, false)",
        cloneId,
        name,
        request.by(),
        designId);
  }

  private static ItemState state(Connection connection, UUID designId, String number)
      throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT state FROM plm.items WHERE design_id = ? AND number = ? FOR UPDATE")) {
      query.setObject(1, designId);
      query.setString(2, number);
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          throw new NotFoundException("The design " + designId + " has no item " + number + ".");
        }
        return ItemState.valueOf(row.getString(1));
      }
    }
  }

  private static UUID part(Connection connection, String number, String revision, String by)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE plm.parts SET revision = ?, changed_by = ? WHERE number = ? RETURNING id")) {
      update.setString(1, revision);
      update.setString(2, by);
      update.setString(3, number);
      try (ResultSet row = update.executeQuery()) {
        if (!row.next()) {
          throw new NotFoundException("There is no part " + number + ".");
        }
        return row.getObject(1, UUID.class);
      }
    }
  }

  private static void update(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }
}
