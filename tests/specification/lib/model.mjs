// Models in Quint, ready to be run state by state.
//
// Quint's own simulator takes random choices. The search needs all of them, so two of its building blocks are replaced
// here: where the simulator draws a number, these ask `choose`, and they do not go on to another choice if one leads
// nowhere. Everything else, from the parser to the types and the values, is Quint's.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const quint = name => require(`@informalsystems/quint/dist/src/${name}`)
const builtins = quint('runtime/impl/builtins.js')
const nondet = quint('runtime/impl/nondet.js')
const { Builder, buildExpr } = quint('runtime/impl/builder.js')
const { Context } = quint('runtime/impl/Context.js')
const { rv } = quint('runtime/impl/runtimeValue.js')
const { noExecutionListener } = quint('runtime/trace.js')
const { analyzeModules } = quint('quintAnalyzer.js')
const { newIdGenerator } = quint('idGenerator.js')
const { fileSourceResolver } = quint('parsing/sourceResolver.js')
const frontend = quint('parsing/quintParserFrontend.js')
const { right } = require('@sweet-monads/either')

const no = right(rv.mkBool(false))
const yes = right(rv.mkBool(true))

replaceChoices()

function replaceChoices() {
  const original = builtins.lazyBuiltinLambda
  builtins.lazyBuiltinLambda = operator => {
    switch (operator) {
      // One of the actions
      case 'actionAny':
        return (context, actions) => {
          context.varStorage.actionTaken = undefined
          return actions[Number(context.rand(BigInt(actions.length)))](context)
        }
      // All of them. If one is not possible, nothing of the step remains: so there is nothing to take back.
      case 'actionAll':
        return (context, actions) => {
          for (const action of actions) {
            const result = action(context)
            if (result.isLeft() || !result.value.toBool()) {
              return result
            }
          }
          return yes
        }
      default:
        return original(operator)
    }
  }
  nondet.evalNondet = (name, cache, set, body) => context =>
    set(context).chain(values => {
      const elements = [...values]
      if (elements.length === 0) {
        return no
      }
      const before = cache.value
      const element = elements[Number(context.rand(BigInt(elements.length)))]
      cache.value = right(element)
      context.varStorage.nondetPicks.set(name, element)
      const result = body(context)
      cache.value = before
      return result
    })
}

/** A model in Quint. It has the actions `init`, `work` and `fault`, and definitions that are true or false in a state. */
export class Model {
  #context
  #builder
  #definitions = new Map()
  #picks = []
  #next = 0

  /**
   * Parses and checks a model.
   *
   * @param name the name of the module
   * @param text its source
   * @throws Error with the messages of Quint if it is not valid
   */
  constructor(name, text) {
    this.name = name
    const { table, definitions, problems } = parse(name, text)
    if (problems.length > 0) {
      throw new Error(`${name} is not valid:\n${problems.join('\n')}`)
    }
    this.#builder = new Builder(table, true)
    this.#context = new Context(noExecutionListener, bound => this.#choose(Number(bound)), this.#builder.varStorage)
    for (const definition of definitions) {
      if (definition.kind === 'def' || definition.kind === 'var') {
        this.#definitions.set(definition.name, definition)
      }
    }
    for (const action of ['init', 'work', 'fault']) {
      if (this.#definitions.get(action)?.qualifier !== 'action') {
        throw new Error(`${name} has no action '${action}'`)
      }
    }
  }

  /** The names of the actions that `work` and `fault` name: these are what happens, and others are parts of them. */
  actions() {
    const names = new Set(['work', 'fault'].flatMap(action => namesIn(this.#definitions.get(action).expr)))
    return [...names].filter(name => this.#definitions.get(name)?.qualifier === 'action')
  }

  /** Whether there is a definition with this name */
  has(name) {
    return this.#definitions.has(name)
  }

  /**
   * Returns every result of an action in a state, in a fixed order: the next state, what was done, and the choices that
   * lead there. A state is a list of the values of the variables; there is none before `init`.
   */
  results(action, state = undefined) {
    const run = this.#evaluator(action)
    const results = []
    this.#picks = []
    do {
      this.#next = 0
      const done = this.#run(run, state)
      if (done) {
        results.push({ ...done, picks: this.#picks.map(pick => pick.value) })
      }
    } while (this.#advance())
    return results
  }

  /** Returns the one result of an action with these choices. */
  result(action, state, picks) {
    this.#picks = picks.map(value => ({ value, bound: value + 1 }))
    this.#next = 0
    return this.#run(this.#evaluator(action), state)
  }

  /** Returns the value of a definition that is true or false in a state. */
  holds(name, state) {
    this.#enter(state)
    return this.#evaluator(name)(this.#context).mapLeft(problem => this.#fail(name, problem)).value.toBool()
  }

  /** The variables of a state, by name, in the order of the model */
  values(state) {
    return this.#variables().map((variable, i) => [variable.name, state[i]])
  }

  #variables() {
    return [...this.#builder.varStorage.vars.values()]
  }

  #evaluator(name) {
    const definition = this.#definitions.get(name)
    if (!definition) {
      throw new Error(`${this.name} has no definition '${name}'`)
    }
    return buildExpr(this.#builder, definition.expr)
  }

  #enter(state) {
    const storage = this.#builder.varStorage
    storage.reset()
    if (state) {
      this.#variables().forEach((variable, i) => (variable.value = right(state[i])))
    }
    storage.clearCaches()
  }

  #run(run, state) {
    this.#enter(state)
    const result = run(this.#context).mapLeft(problem => this.#fail('an action', problem)).value
    if (!result.toBool()) {
      return undefined
    }
    const storage = this.#builder.varStorage
    const next = [...storage.nextVars.values()].map(variable =>
      variable.value.mapLeft(problem => this.#fail(storage.actionTaken, problem)).value.normalForm())
    const values = [...storage.nondetPicks].filter(([, value]) => value !== undefined)
    return { state: next, action: storage.actionTaken ?? '', values }
  }

  #choose(bound) {
    if (this.#next === this.#picks.length) {
      this.#picks.push({ value: 0, bound })
    }
    return BigInt(this.#picks[this.#next++].value)
  }

  /** Goes to the next choices, and returns whether there are any. */
  #advance() {
    while (this.#picks.length > 0) {
      const last = this.#picks[this.#picks.length - 1]
      if (last.value + 1 < last.bound) {
        last.value++
        return true
      }
      this.#picks.pop()
    }
    return false
  }

  #fail(what, problem) {
    throw new Error(`${this.name}, ${what}: ${problem.message}`)
  }
}

/** All names in an expression */
function namesIn(expression) {
  if (typeof expression !== 'object' || expression === null) {
    return []
  }
  const own = [expression.opcode, expression.kind === 'name' ? expression.name : undefined]
  return [...own.filter(name => name !== undefined), ...Object.values(expression).flatMap(namesIn)]
}

function parse(name, text) {
  const path = `/${name}.qnt`
  const ids = newIdGenerator()
  const sources = new Map([[path, text]])
  const resolver = fileSourceResolver(sources)
  const first = frontend.parsePhase1fromText(ids, text, path)
  const second = frontend.parsePhase2sourceResolution(ids, resolver, resolver.lookupPath('/', `${name}.qnt`), first)
  const parsed = frontend.parsePhase4toposort(frontend.parsePhase3importAndNameResolution(second))
  const where = reference => {
    const place = parsed.sourceMap.get(reference)
    return place ? `${name}.qnt:${place.start.line + 1}: ` : ''
  }
  const problems = parsed.errors.map(error => where(error.reference) + error.message)
  if (problems.length === 0) {
    const [errors] = analyzeModules(parsed.table, parsed.modules)
    problems.push(...errors.map(([id, error]) => where(id) + describe(error)))
  }
  const module = parsed.modules.find(each => each.name === name)
  return { table: parsed.table, definitions: module?.declarations ?? [], problems }
}

function describe(error) {
  const own = error.message ?? error.location ?? ''
  return [own, ...(error.children ?? []).map(describe)].filter(Boolean).join(': ')
}
