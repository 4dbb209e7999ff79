// node compile.mjs PYODIDE_DIR IN.zip OUT.zip
// Every .py of the archive becomes a .pyc made by the very Python that will run it. Without this the
// phone compiles the standard library at each start (about 5 s).
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, source, target] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.resolve(folder, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: path.resolve(folder) + "/" });
python.FS.writeFile("/in.zip", fs.readFileSync(source));
const bad = python.runPython(`
import importlib._bootstrap_external as bootstrap
import importlib.util
import zipfile

bad = []
with zipfile.ZipFile("/in.zip") as given, zipfile.ZipFile("/out.zip", "w", zipfile.ZIP_DEFLATED) as made:
    for item in given.infolist():
        data = given.read(item)
        name = item.filename
        if name.endswith(".py"):
            try:
                code = compile(data, name, "exec", dont_inherit=True, optimize=0)
            except SyntaxError as error:
                # The standard library carries files that are wrong on purpose (lib2to3 tests and the like).
                bad.append(f"{name}: {error}")
            else:
                # Unchecked hash: there is no source on the phone to compare with.
                data = bytes(bootstrap._code_to_hash_pyc(code, importlib.util.source_hash(data), False))
                name += "c"
        # A fixed date keeps the archive the same when its contents are.
        made.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 6)
"\\n".join(bad)
`);
fs.writeFileSync(target, python.FS.readFile("/out.zip"));
process.stdout.write(bad);
