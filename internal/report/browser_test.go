// Copyright (c) Rolewright contributors
// SPDX-License-Identifier: MPL-2.0

package report

import (
	"context"
	"encoding/json"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

// chromium is a browser that runs without a screen; "" if there is none.
func chromium() string {
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if found, err := exec.LookPath(name); name != "" && err == nil {
			return found
		}
	}
	return ""
}

// probe is what a reader does, and what he then sees. It is added to a copy of the
// page, behind its own script.
const probe = `<script>
const seen = () => [...document.querySelectorAll("#table tbody tr[data-system]")].filter((r) => r.checkVisibility()).map((r) => r.cells[0].firstChild.textContent);
const press = (id, change) => { const e = document.getElementById(id); change(e); e.dispatchEvent(new Event("input", { bubbles: true })); };
const out = { all: seen() };
press("text", (e) => { e.value = "OWNER alice"; });
out.byText = seen();
out.status = document.getElementById("shown").textContent;
press("text", (e) => { e.value = ""; });
press("system", (e) => { e.value = "intune"; });
out.bySystem = seen();
press("system", (e) => { e.value = ""; });
press("privileged", (e) => { e.checked = true; });
out.privileged = seen();
press("privileged", (e) => { e.checked = false; });
press("orphaned", (e) => { e.checked = true; });
out.orphaned = seen();
press("orphaned", (e) => { e.checked = false; });
document.getElementById("show-matrix").click();
out.tableAfter = seen();
out.matrix = [...document.querySelectorAll("#matrix tbody tr")].filter((r) => r.checkVisibility()).map((r) => [...r.cells].map((c) => c.textContent.trim()).join("|"));
out.wide = document.documentElement.scrollWidth <= document.documentElement.clientWidth;
out.requests = performance.getEntriesByType("resource").map((e) => e.name).filter((n) => !n.startsWith("data:"));
const pre = document.createElement("pre");
pre.id = "seen";
pre.textContent = JSON.stringify(out);
document.body.append(pre);
</script>`

type seen struct {
	All, ByText, BySystem, Privileged, Orphaned, TableAfter, Matrix, Requests []string
	Status                                                                    string
	Wide                                                                      bool
}

func TestThePageShowsFiltersAndSendsNothingInABrowser(t *testing.T) {
	t.Parallel()
	browser := chromium()
	if browser == "" {
		t.Skip("no Chromium on PATH: install one, or name it in CHROMIUM")
	}
	page, err := sample.HTML()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "report.html")
	if err := os.WriteFile(file, []byte(strings.Replace(page, "</body>", probe+"</body>", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--disable-background-networking", "--user-data-dir="+filepath.Join(dir, "profile"), "--window-size=1280,900", "--dump-dom", "file://"+file)
	dom, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v", browser, err)
	}
	found := regexp.MustCompile(`<pre id="seen">(.*?)</pre>`).FindSubmatch(dom)
	if found == nil {
		t.Fatalf("the page's script does not run:\n%.3000s", dom)
	}
	var got seen
	if err := json.Unmarshal([]byte(html.UnescapeString(string(found[1]))), &got); err != nil {
		t.Fatal(err)
	}
	want := seen{
		All: []string{"Alice", "b2", "Bob | <script>"}, ByText: []string{"Alice"}, Status: "1 shown.", BySystem: []string{"Bob | <script>"},
		Privileged: []string{"Alice"}, Orphaned: []string{"b2"}, TableAfter: []string{},
		Matrix: []string{"Alice|1|", "b2 orphaned||1", "Bob | <script>|1"}, Wide: true, Requests: []string{},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
