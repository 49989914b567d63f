/* The page on which a client sends photos: no framework, for old phones and slow networks.
 *
 * A file is named here once and kept on the phone until it has arrived, so that a broken connection,
 * a closed page or a call in between loses nothing; the server ignores what it has already. */
(function () {
    "use strict";

    const box = document.getElementById("photos");
    if (!box) {
        return;
    }
    box.hidden = false;
    const path = box.dataset.path;
    if (!path) {
        return;
    }
    const MAX_SIDE = 2000;
    const QUALITY = 0.82;
    const CALL_TIME = 60000;
    const LONGEST_PAUSE = 15000;
    const list = box.querySelector("[name=files]");
    const status = box.querySelector("[name=status]");
    const words = {};
    for (const word of document.querySelectorAll("#words [data-word]")) {
        words[word.dataset.word] = word.textContent;
    }
    const queue = [];
    let running = false;
    let chosen = 0;
    // what is lost, or has to be sent again, when the page is closed now
    const BUSY = "[data-state=preparing], [data-state=sending], [data-state=waiting]";

    // === Kept on the phone === //

    // some browsers refuse in private windows: then only this page remembers
    const store = new Promise((resolve) => {
        try {
            const request = indexedDB.open("bti_photos", 1);
            request.onupgradeneeded = () => request.result.createObjectStore("files", { keyPath: "key" });
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => resolve(null);
        } catch {
            resolve(null);
        }
    });

    async function withFiles(mode, action) {
        const database = await store;
        if (!database) {
            return null;
        }
        return new Promise((resolve) => {
            try {
                const request = action(database.transaction("files", mode).objectStore("files"));
                request.onsuccess = () => resolve(request.result);
                request.onerror = () => resolve(null);
            } catch {
                resolve(null);
            }
        });
    }

    // === Pictures === //

    function newKey() {
        const bytes = crypto.getRandomValues(new Uint8Array(16));
        return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    }

    function openPicture(file) {
        if (window.createImageBitmap) {
            return createImageBitmap(file, { imageOrientation: "from-image" });
        }
        return new Promise((resolve, reject) => {
            const image = new Image();
            image.onload = () => resolve(image);
            image.onerror = reject;
            image.src = URL.createObjectURL(file);
        });
    }

    // What the phone cannot open or shrink is sent as it is: the server looks at it.
    async function shrink(file) {
        if (!file.type.startsWith("image/")) {
            return file;
        }
        try {
            const picture = await openPicture(file);
            const scale = Math.min(1, MAX_SIDE / Math.max(picture.width, picture.height));
            const canvas = document.createElement("canvas");
            canvas.width = Math.max(1, Math.round(picture.width * scale));
            canvas.height = Math.max(1, Math.round(picture.height * scale));
            const context = canvas.getContext("2d");
            context.fillStyle = "#fff";
            context.fillRect(0, 0, canvas.width, canvas.height);
            context.drawImage(picture, 0, 0, canvas.width, canvas.height);
            if (picture.close) {
                picture.close(); // 50 MB for a photo of 12 million pixels
            }
            const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
            return small || file;
        } catch {
            return file;
        }
    }

    // === Screen === //

    function show(item) {
        const line = document.createElement("li");
        const name = document.createElement("bdi");
        name.textContent = item.name;
        const bar = document.createElement("progress");
        bar.max = 100;
        bar.value = 0;
        const text = document.createElement("small");
        line.append(name, bar, text);
        list.append(line);
        item.line = line;
        tell(item, "preparing", 0);
    }

    function tell(item, word, percent) {
        item.line.dataset.state = word;
        item.line.querySelector("small").textContent = words[word] || "";
        if (percent !== undefined) {
            item.line.querySelector("progress").value = percent;
        }
    }

    function tellAll() {
        // what is still prepared or was refused has not arrived
        const arrived = list.querySelector("[data-state=done]");
        status.hidden = !arrived || Boolean(list.querySelector("li:not([data-state=done])"));
        status.textContent = status.hidden ? "" : words.all;
    }

    // === Sending === //

    class Refused extends Error {}

    async function call(url, body) {
        const stop = new AbortController();
        const timer = setTimeout(() => stop.abort(), CALL_TIME);
        try {
            const answer = await fetch(url, { method: "POST", body: body, signal: stop.signal, credentials: "omit" });
            if (answer.status === 404) {
                throw new Refused("gone");
            }
            if (answer.status === 413) {
                throw new Refused("size");
            }
            if (!answer.ok) {
                throw new Error(String(answer.status));
            }
            const told = await answer.json();
            if (told.state === "refused") {
                throw new Refused(told.reason);
            }
            return told;
        } finally {
            clearTimeout(timer);
        }
    }

    async function send(item) {
        const url = path + "/" + item.key;
        const size = item.blob.size;
        let told = await call(url, new URLSearchParams({ name: item.name, size: String(size) }));
        const count = Math.ceil(size / told.chunk);
        const have = new Set(told.have);
        for (let number = 0; told.state === "coming" && number < count; number++) {
            if (!have.has(number)) {
                const piece = item.blob.slice(number * told.chunk, (number + 1) * told.chunk);
                told = await call(url + "/" + number, piece);
                have.add(number);
            }
            tell(item, "sending", Math.round((100 * have.size) / count));
        }
        if (told.state !== "done") {
            throw new Error("incomplete");
        }
    }

    function pause(time) {
        return new Promise((resolve) => {
            const timer = setTimeout(resolve, time);
            window.addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
        });
    }

    async function run() {
        if (running) {
            return;
        }
        running = true;
        let wait = 1000;
        while (queue.length) {
            const item = queue[0];
            try {
                tell(item, "sending");
                await send(item);
                tell(item, "done", 100);
                wait = 1000;
            } catch (error) {
                if (!(error instanceof Refused)) {
                    tell(item, "waiting");
                    await pause(wait);
                    wait = Math.min(2 * wait, LONGEST_PAUSE);
                    continue;
                }
                tell(item, error.message);
            }
            queue.shift();
            await withFiles("readwrite", (files) => files.delete(item.key));
            tellAll();
        }
        running = false;
    }

    function enqueue(item) {
        queue.push(item);
        tellAll();
        run();
    }

    async function add(files) {
        for (const file of files) {
            const at = 1000 * Date.now() + (chosen++ % 1000);
            const item = { key: newKey(), at: at, path: path, name: file.name || "photo" };
            show(item);
            item.blob = await shrink(file);
            if (item.blob.size > Number(box.dataset.size)) {
                tell(item, "size");
                continue;
            }
            await withFiles("readwrite", (kept) =>
                kept.put({ key: item.key, at: item.at, path: path, name: item.name, blob: item.blob })
            );
            enqueue(item);
        }
    }

    for (const input of box.querySelectorAll("input[type=file]")) {
        input.addEventListener("change", () => {
            const files = Array.from(input.files);
            input.value = "";
            add(files);
        });
    }
    window.addEventListener("beforeunload", (event) => {
        if (list.querySelector(BUSY)) {
            event.preventDefault();
        }
    });
    withFiles("readonly", (files) => files.getAll()).then((kept) => {
        const mine = (kept || []).filter((item) => item.path === path && item.blob);
        // in the order in which he chose them
        for (const item of mine.sort((one, other) => (one.at || 0) - (other.at || 0))) {
            show(item);
            enqueue(item);
        }
    });
})();
