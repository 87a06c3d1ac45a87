# ./dev new: writes an application from build/templates/my-app. Needs Maven only to install a snapshot.
. "$root/build/dev/lib/maven.sh"

write_new() {
  local install=yes name='' folder='' version file argument
  for argument in "$@"; do
    case $argument in
      --no-install) install=no ;;
      -*) fail "there is no option $argument. Usage: ./dev new [--no-install] NAME [FOLDER]" ;;
      *)
        if [ -z "$name" ]; then
          name=$argument
        elif [ -z "$folder" ]; then
          folder=$argument
        else
          fail "'$argument' is one argument too many. Usage: ./dev new [--no-install] NAME [FOLDER]"
        fi
        ;;
    esac
  done
  [[ $name =~ ^[a-z][a-z0-9]*(-[a-z0-9]+)*$ ]] ||
    fail "Usage: ./dev new [--no-install] NAME [FOLDER]. The name has lower-case letters, digits and hyphens, such as my-app."
  folder=${folder:-$root/../$name}
  if [ -d "$folder" ] && [ -n "$(ls -A "$folder")" ]; then
    fail "$folder is not empty. Name another folder: ./dev new $name FOLDER"
  fi
  version=$(tenon_version)
  case $version in
    *-SNAPSHOT) # A snapshot is not in any public repository
      if [ "$install" = yes ]; then
        need_java
        install_tenon "$version"
      fi
      ;;
  esac
  mkdir -p "$folder"
  folder=$(cd -- "$folder" && pwd -P)
  (cd "$root/build/templates/my-app" && find . -type f ! -path './target/*') | while IFS= read -r file; do
    mkdir -p "$folder/$(dirname "$file")"
    fill "$name" "$version" < "$root/build/templates/my-app/$file" > "$folder/$file"
  done
  say "$folder contains an application with one job type. Try it:"
  printf '  %s\n' "cd $(printf %q "$folder")" "mvn verify" "mvn compile exec:java"
}

# fill NAME VERSION < file of the template: fills in the name, and the versions of the build
fill() {
  local script="s/my-app/$1/g;s/@tenon.version@/$2/g" property
  for property in $(sed -n 's/.*@\(.*\.version\)@.*/\1/p' "$root/build/templates/my-app/pom.xml"); do
    script+=";s/@$property@/$(sed -n "s/.*<$property>\(.*\)<\/$property>.*/\1/p" "$root/pom.xml")/g"
  done
  sed "$script"
}

write_new "$@"
