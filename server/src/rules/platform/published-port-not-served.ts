import { addressesOf, commandOf } from '../../deployment/platforms/container-command.ts'
import { containerOf, projectOf } from '../../deployment/platforms/containers.ts'
import { defineRule } from '../rule.ts'

const dockerfile = `#- Dockerfile
FROM python:3.12
COPY . /app
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "harbor.wsgi:application"]
`

export const rule = defineRule({
  id: 'platform/published-port-not-served',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'A compose file publishes a port of a container on which the application in it does not listen.',
  explanation: `
\`ports: "80:8000"\` hands connections to port 80 of the host on to port 8000 of the container. Where the application listens on another port, every connection is
closed at once ("Empty reply from server", "Connection reset by peer").

It is reported where one port is published, and the command of the container tells where its application server listens.
`,
  source: 'Docker\'s documentation, "Port publishing and mapping".',
  examples: {
    failing: [
      {
        title: 'another port',
        files: `
#- docker-compose.yml
services:
  web:
    build: .
    ports:
      - "80:8080"
#       ^^^^^^^^^ error[platform/published-port-not-served]: Port 8080 of web is published, but gunicorn listens on 8000
${dockerfile}`,
      },
    ],
    passing: [
      {
        title: 'the port of the application',
        files: `\n#- docker-compose.yml\nservices:\n  web:\n    build: .\n    ports:\n      - "8080:8000"\n${dockerfile}`,
      },
      {
        title: 'another command',
        files: `\n#- docker-compose.yml\nservices:\n  web:\n    build: .\n    command: python manage.py runserver 0.0.0.0:8080\n    ports:\n      - "80:8080"\n${dockerfile}`,
      },
      {
        title: 'several, one for a debugger',
        files: `\n#- docker-compose.yml\nservices:\n  web:\n    build: .\n    ports:\n      - "8000:8000"\n      - "5678:5678"\n${dockerfile}`,
      },
      {
        title: 'an override with another command',
        files: `\n#- docker-compose.yml\nservices:\n  web:\n    build: .\n    ports:\n      - "80:8080"\n#- docker-compose.override.yml\nservices:\n  web:\n    command: gunicorn -b :8080 harbor.wsgi\n${dockerfile}`,
      },
    ],
  },
  check({ deployment, snapshot, report }) {
    const setup = deployment.containerSetup
    for (const compose of setup.compose) {
      for (const service of compose.services) {
        const [port, ...others] = service.ports
        if (!port || others.length > 0 || service.networkMode !== undefined || compose.open) continue
        const definitions = projectOf(setup, compose).flatMap((file) => file.services.filter((each) => each.name === service.name))
        if (definitions.length > 1) continue
        const container = containerOf(setup, compose, service)
        const command = commandOf(container, setup, snapshot)
        const addresses = command && addressesOf(command, container, setup, snapshot)
        // nginx beside the application listens where it wants.
        if (!command || !addresses || container.image?.instructions.some((each) => /nginx|apache|httpd|caddy|supervisor/i.test(each.text))) continue
        const ports = addresses.flatMap((each) => each.port ?? [])
        if (ports.length === 0 || ports.includes(port.container)) continue
        const written = compose.yaml.text.slice(port.at.start, port.at.end)
        const offset = written.lastIndexOf(String(port.container))
        const [served] = ports
        report({
          at: port.at,
          message: `Port ${port.container} of ${service.name} is published, but ${command.command.server} listens on ${ports.join(' and ')} there: connections are closed at once.`,
          related: [{ at: command.at, message: `${command.command.server} is started here` }],
          fixes:
            offset < 0
              ? []
              : [
                  {
                    title: `Publish port ${served} of the container`,
                    safe: false,
                    edits: [
                      { ...port.at, start: port.at.start + offset, end: port.at.start + offset + String(port.container).length, newText: String(served) },
                    ],
                  },
                ],
        })
      }
    }
  },
})
