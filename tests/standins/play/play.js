"use strict";
// Play the client: shows what the stand-ins tell, writes as the client. Nothing is kept here.

const NETWORKS = {
    sms: {title: "SMS", line: "SMS"},
    messenger: {title: "Messenger", line: "Messenger", photo: true, heart: true},
    whatsapp: {title: "WhatsApp", line: "WhatsApp", photo: true, place: true, heart: true},
    viber: {title: "Viber", line: "Viber", photo: true, place: true},
    page: {title: "Facebook", line: "Commentaires"},
};
const EVERY = 1500; // milliseconds
const byId = (id) => document.getElementById(id);
const seen = {}; // {network: number of answers that were looked at}
const hearts = new Set();
let network = "messenger";
let state = null;
let target = ""; // post or comment that is answered
let shown = "";

function make(tag, values = {}, ...children) {
    const element = Object.assign(document.createElement(tag), values);
    element.append(...children);
    return element;
}

async function ask(path, body) {
    const headers = {"X-Play": "1"};
    let data = body;
    if (body && !(body instanceof FormData)) {
        headers["Content-Type"] = "application/json";
        data = JSON.stringify(body);
    }
    const options = body ? {method: "POST", headers, body: data} : {};
    const answer = await fetch(path, options);
    if (!answer.ok) {
        throw new Error(`${answer.status}`);
    }
    return answer.json();
}

async function act(action, values) {
    const body = values instanceof FormData ? values : {network, ...values};
    try {
        state = await ask(`/api/${action}`, body);
        show();
    } catch {
        byId("notice").textContent = "Les réseaux d’essai ne répondent pas.";
    }
}

function answers(name) {
    if (name === "page") {
        const all = state.page.posts.flatMap((post) => post.comments);
        return all.filter((comment) => comment.out).length;
    }
    return state[name].messages.filter((message) => message.out).length;
}

function clock(moment) {
    return new Date(moment).toLocaleTimeString("fr", {hour: "2-digit", minute: "2-digit"});
}

function day(moment) {
    return new Date(moment).toLocaleDateString("fr", {weekday: "long", day: "numeric", month: "long"});
}

function file(item) {
    // only what the stand-ins serve or the web: never another kind of address
    const url = new URL(item.url || "", location.href);
    if (!["http:", "https:"].includes(url.protocol)) {
        return "";
    }
    if (item.type === "image" || item.type === "sticker") {
        return make("img", {src: url.href, alt: "Photo"});
    }
    if (item.type === "video") {
        return make("video", {src: url.href, controls: true});
    }
    return make("a", {href: url.href, target: "_blank", rel: "noopener", textContent: item.name || "Fichier"});
}

function bubble(message, last) {
    const element = make("div", {className: message.out ? "bubble" : "bubble mine", dir: "auto"});
    element.append(...message.files.map(file), message.text);
    element.append(make("time", {textContent: clock(message.at)}));
    if (message.out && NETWORKS[network].heart) {
        const given = hearts.has(message.id);
        const heart = make("button", {className: given ? "heart given" : "heart", type: "button",
            textContent: given ? "♥" : "♡", title: "J’aime"});
        heart.setAttribute("aria-label", "J’aime");
        heart.onclick = () => {
            hearts.add(message.id);
            shown = "";
            act("react", {id: message.id});
        };
        element.append(heart);
    }
    if (!last || !message.out || !message.choices.length) {
        return [element];
    }
    const choices = make("div", {className: "choices"});
    for (const choice of message.choices) {
        choices.append(make("button", {type: "button", textContent: choice.title,
            onclick: () => act("press", {...choice, id: message.id})}));
    }
    return [element, choices];
}

function chat() {
    const messages = state[network].messages;
    if (!messages.length) {
        return [make("p", {className: "empty",
            textContent: "Écrivez comme le ferait un client : « Bonjour, prix de la brique 8 trous ? »"})];
    }
    const elements = [];
    let today = "";
    messages.forEach((message, number) => {
        if (day(message.at) !== today) {
            today = day(message.at);
            elements.push(make("div", {className: "day", textContent: today}));
        }
        elements.push(...bubble(message, number === messages.length - 1));
    });
    return elements;
}

function answer(id, words) {
    target = id;
    byId("target").hidden = false;
    byId("target").firstChild.textContent = words;
    byId("text").focus();
}

function comment(item) {
    const classes = ["comment", item.parent && "below", item.out && "office", item.hidden && "hidden"];
    const under = make("div", {className: "under"}, clock(item.at));
    if (item.liked) {
        under.append(" · ❤ la Page aime");
    }
    if (item.hidden) {
        under.append(" · masqué par la Page");
    }
    const words = `Réponse à ${item.name}`;
    under.append(make("button", {type: "button", textContent: "Répondre", onclick: () => answer(item.id, words)}));
    const box = make("div", {className: "box", dir: "auto"}, make("strong", {textContent: item.name}), item.text);
    return make("div", {className: classes.filter(Boolean).join(" ")}, box, under);
}

function posts() {
    return state.page.posts.map((post) => {
        const who = make("span", {}, make("strong", {textContent: state.office}),
            make("small", {textContent: `${day(post.at)}, ${clock(post.at)}`}));
        const face = make("span", {className: "face", textContent: state.office.slice(0, 1)});
        const element = make("article", {}, make("div", {className: "head"}, face, who),
            make("p", {textContent: post.text, dir: "auto"}));
        element.append(make("button", {type: "button", className: "reply", textContent: "Commenter",
            onclick: () => answer(post.id, "Commentaire sous la publication")}));
        const below = (id) => post.comments.filter((item) => item.parent === id)
            .flatMap((item) => [comment(item), ...below(item.id)]);
        element.append(...below(""));
        return element;
    });
}

function tabs() {
    byId("tabs").replaceChildren(...Object.entries(NETWORKS).map(([name, values]) => {
        const button = make("button", {type: "button", textContent: values.title, onclick: () => choose(name)});
        button.setAttribute("role", "tab");
        button.setAttribute("aria-selected", String(name === network));
        const news = answers(name) - (seen[name] || 0);
        if (name !== network && news > 0) {
            button.append(make("span", {className: "badge", textContent: news}));
        }
        return button;
    }));
}

function notice() {
    if (state[network].connected) {
        return "";
    }
    return network === "sms"
        ? "La ligne SMS d’essai n’est pas encore branchée sur cette page."
        : "Le bureau n’écoute pas encore ce réseau : connectez-le d’abord dans l’application.";
}

function show() {
    seen[network] = answers(network);
    document.body.dataset.network = network;
    byId("office").textContent = state.office;
    byId("line").textContent = network === "sms" ? `SMS · ${state.phone}` : NETWORKS[network].line;
    byId("notice").textContent = notice();
    byId("photo").hidden = !NETWORKS[network].photo;
    byId("place").hidden = !NETWORKS[network].place;
    byId("write").hidden = network === "page" && !target;
    if (document.activeElement !== byId("name")) {
        byId("name").value = state.name;
    }
    tabs();
    const now = network + JSON.stringify(state[network]);
    if (now !== shown) {
        shown = now;
        const view = byId("view");
        view.replaceChildren(...(network === "page" ? posts() : chat()));
        view.scrollTop = network === "page" ? view.scrollTop : view.scrollHeight;
    }
}

function choose(name) {
    network = name;
    forget();
    show();
    act("read", {});
}

function forget() {
    target = "";
    byId("target").hidden = true;
    byId("write").hidden = network === "page";
}

async function look() {
    try {
        const unread = state && answers(network) > (seen[network] || 0);
        state = await ask("/api/state");
        const more = answers(network) > (seen[network] || 0);
        show();
        if ((unread || more) && !document.hidden) {
            await act("read", {});
        }
    } catch {
        byId("notice").textContent = "Les réseaux d’essai ne répondent pas.";
    }
    setTimeout(look, EVERY);
}

byId("write").onsubmit = (event) => {
    event.preventDefault();
    const text = byId("text").value.trim();
    if (text) {
        byId("text").value = "";
        act("say", {text, target});
        forget();
    }
};
byId("text").onkeydown = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        byId("write").requestSubmit();
    }
};
byId("photo").querySelector("input").onchange = (event) => {
    const [chosen] = event.target.files;
    if (chosen) {
        const form = new FormData();
        form.append("network", network);
        form.append("file", chosen);
        act("file", form);
        event.target.value = "";
    }
};
byId("place").onclick = () => act("place", {});
byId("name").onchange = (event) => act("rename", {name: event.target.value.trim() || "Client"});
byId("target").querySelector("button").onclick = forget;
look();
