// Values of Quint as text: short and in a fixed order, so that equal values have equal texts.

/** The text of a value */
export function text(value) {
  switch (value.constructor.name) {
    case 'RuntimeValueBool':
    case 'RuntimeValueInt':
      return String(value.value)
    case 'RuntimeValueStr':
      return value.value
    case 'RuntimeValueTupleOrList': {
      const elements = [...value.list].map(text).join(', ')
      return value.kind === 'Tup' ? `(${elements})` : `[${elements}]`
    }
    case 'RuntimeValueRecord':
      return `{${entries(value.map, name => name).join(', ')}}`
    case 'RuntimeValueMap':
      return `{${entries(value.map, text).join(', ')}}`
    case 'RuntimeValueVariant':
      return value.value.list?.size === 0 ? value.label : `${value.label}(${text(value.value)})`
    default:
      return `{${[...value].map(text).sort().join(', ')}}`
  }
}

function entries(map, name) {
  return [...map.entries()].map(([key, value]) => `${name(key)}: ${text(value)}`).sort()
}
