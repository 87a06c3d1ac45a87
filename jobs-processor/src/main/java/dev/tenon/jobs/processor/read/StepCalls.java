package dev.tenon.jobs.processor.read;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import dev.tenon.jobs.processor.model.ExactPlace;
import dev.tenon.jobs.processor.model.HandlerSteps;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.StepCall;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Finds the calls of steps in the source of a handler. Only javac shows sources to processors; with
 * another compiler nothing is found. The sources are not resolved yet, so calls are recognized by
 * names.
 */
public final class StepCalls {

  private static final String THIS = "this";

  private final Trees trees;

  private StepCalls(Trees trees) {
    this.trees = trees;
  }

  /** A finder; empty if the compiler does not show sources. */
  public static Optional<StepCalls> of(ProcessingEnvironment environment) {
    try {
      return trees(environment).map(StepCalls::new);
    } catch (LinkageError e) {
      // The module jdk.compiler is missing
      return Optional.empty();
    }
  }

  private static Optional<Trees> trees(ProcessingEnvironment environment) {
    try {
      return Optional.of(Trees.instance(environment));
    } catch (IllegalArgumentException e) {
      // Another compiler, or a build tool that wraps javac's environment, as Gradle does
      return WrappedEnvironment.inside(environment).flatMap(StepCalls::trees);
    }
  }

  /** The calls in the class of a handler, in the order of the source. */
  public List<StepCall> find(HandlerSteps steps) {
    TypeElement handler = steps.handler().element();
    TreePath path = trees.getPath(handler);
    if (path == null) {
      return List.of();
    }
    Scanner scanner = new Scanner(steps, handler, path.getCompilationUnit());
    @Nullable Void unused = scanner.scan(path, null);
    return scanner.found;
  }

  /** A walk through the source of a handler. */
  private final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final TypeElement handler;
    private final CompilationUnitTree unit;
    private final String generated;
    private final Set<String> steps = new HashSet<>();
    private final Set<String> bodies = new HashSet<>();
    private final List<StepCall> found = new ArrayList<>();

    /** The names of the variables that hold an object of the generated class. */
    private final Set<String> holders = new HashSet<>();

    /** The methods of the anonymous classes around the current place. */
    private final List<Set<String>> anonymous = new ArrayList<>();

    private boolean isInHandler;
    private Element method;
    private Optional<String> within = Optional.empty();

    private Scanner(HandlerSteps steps, TypeElement handler, CompilationUnitTree unit) {
      this.handler = handler;
      this.unit = unit;
      this.generated = steps.generated().simpleName();
      this.method = handler;
      steps
          .steps()
          .forEach(
              step -> {
                if (!step.method().isOverloaded()) {
                  this.steps.add(step.method().name());
                }
                bodies.add(step.method().name());
              });
      steps.inDoubt().forEach(finder -> bodies.add(finder.method().name()));
    }

    @Override
    public @Nullable Void visitClass(ClassTree tree, @Nullable Void unused) {
      if (!isInHandler) {
        isInHandler = true;
        @Nullable Void unusedHolders = new Holders().scan(tree, null);
        return super.visitClass(tree, null);
      }
      if (!tree.getSimpleName().isEmpty()) {
        // The calls in a class with a name are not those of the handler
        return null;
      }
      Set<String> methods = new HashSet<>();
      for (Tree member : tree.getMembers()) {
        if (member instanceof MethodTree declared) {
          methods.add(declared.getName().toString());
        }
      }
      anonymous.add(methods);
      @Nullable Void unusedResult = super.visitClass(tree, null);
      anonymous.remove(anonymous.size() - 1);
      return null;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree tree, @Nullable Void unused) {
      if (!anonymous.isEmpty()) {
        return super.visitMethod(tree, null);
      }
      Element element = trees.getElement(getCurrentPath());
      method = element == null ? handler : element;
      String name = tree.getName().toString();
      within = bodies.contains(name) ? Optional.of(name) : Optional.empty();
      @Nullable Void unusedResult = super.visitMethod(tree, null);
      within = Optional.empty();
      method = handler;
      return null;
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
      ExpressionTree called = tree.getMethodSelect();
      if (called instanceof IdentifierTree name) {
        String text = name.getName().toString();
        if (anonymous.stream().noneMatch(methods -> methods.contains(text))) {
          addDirect(text, tree);
        }
      } else if (called instanceof MemberSelectTree select) {
        add(select.getExpression(), select.getIdentifier().toString(), tree);
      }
      return super.visitMethodInvocation(tree, null);
    }

    @Override
    public @Nullable Void visitMemberReference(MemberReferenceTree tree, @Nullable Void unused) {
      add(tree.getQualifierExpression(), tree.getName().toString(), tree);
      return super.visitMemberReference(tree, null);
    }

    private void add(ExpressionTree on, String name, Tree call) {
      if (isHandler(on)) {
        addDirect(name, call);
      } else if (isGenerated(on)) {
        found.add(new StepCall(position(call), name, true, within));
      }
    }

    private void addDirect(String name, Tree call) {
      if (steps.contains(name)) {
        found.add(new StepCall(position(call), name, false, within));
      }
    }

    private boolean isHandler(ExpressionTree tree) {
      if (tree instanceof IdentifierTree name) {
        return anonymous.isEmpty()
            && (name.getName().contentEquals(THIS) || name.getName().contentEquals("super"));
      }
      return tree instanceof MemberSelectTree select
          && select.getIdentifier().contentEquals(THIS)
          && isNamed(select.getExpression(), handler.getSimpleName().toString());
    }

    private boolean isGenerated(ExpressionTree tree) {
      if (tree instanceof ParenthesizedTree around) {
        return isGenerated(around.getExpression());
      }
      if (tree instanceof IdentifierTree name) {
        return holders.contains(name.getName().toString());
      }
      return tree instanceof MemberSelectTree select
          ? isHandler(select.getExpression()) && holders.contains(select.getIdentifier().toString())
          : isFactory(tree);
    }

    /** Returns whether an expression is a call of the generated class's {@code of}. */
    private boolean isFactory(@Nullable Tree tree) {
      return tree instanceof MethodInvocationTree call
          && call.getMethodSelect() instanceof MemberSelectTree select
          && select.getIdentifier().contentEquals("of")
          && isNamed(select.getExpression(), generated);
    }

    private static boolean isNamed(@Nullable Tree tree, String name) {
      return tree instanceof MemberSelectTree select
          ? select.getIdentifier().contentEquals(name)
          : tree instanceof IdentifierTree simple && simple.getName().contentEquals(name);
    }

    private SourcePosition position(Tree call) {
      long offset = trees.getSourcePositions().getStartPosition(unit, call);
      return SourcePosition.of(
          method,
          new ExactPlace() {
            @Override
            public void print(Kind kind, String text) {
              trees.printMessage(kind, text, call, unit);
            }

            @Override
            public long offset() {
              return offset;
            }
          });
    }

    /** Finds the variables and fields that hold an object of the generated class. */
    private final class Holders extends TreeScanner<@Nullable Void, @Nullable Void> {
      @Override
      public @Nullable Void visitVariable(VariableTree tree, @Nullable Void unused) {
        if (isNamed(tree.getType(), generated) || isFactory(tree.getInitializer())) {
          holders.add(tree.getName().toString());
        }
        return super.visitVariable(tree, null);
      }
    }
  }
}
